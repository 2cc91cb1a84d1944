namespace Akka.TestKit;

/// <summary>How a test framework is told that a test has failed: by an exception.</summary>
public interface ITestKitAssertions
{
    void Fail(string format = "", params object[] args);

    void AssertTrue(bool condition, string format = "", params object[] args);

    void AssertEqual<T>(T expected, T actual, string format = "", params object[] args);
}

/// <summary>A test class that wants no implicit sender.</summary>
public interface INoImplicitSender;
