namespace Rotom.Bench.Micro;

/// <summary>
/// A benchmark inside one process, found by its name: <c>./rotom bench micro NAME [args]</c>.
/// To add one, write a class with a parameterless constructor that implements this; nothing
/// else needs to know of it.
/// </summary>
internal interface IMicroBenchmark
{
    /// <summary>What the command line calls it: lower case, words joined by '-'.</summary>
    string Name { get; }

    /// <summary>One line for the list that <c>micro</c> without a name prints.</summary>
    string Summary { get; }

    /// <summary>Warms up, measures, and prints its figures.</summary>
    /// <param name="args">What followed the name on the command line.</param>
    /// <returns>The exit code: not 0 if a figure that must be reached was not.</returns>
    int Run(string[] args);
}
