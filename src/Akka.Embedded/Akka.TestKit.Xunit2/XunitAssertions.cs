using System;
using Xunit;
using Xunit.Sdk;

namespace Akka.TestKit.Xunit2;

/// <summary>Fails tests the way xunit wants it.</summary>
public class XunitAssertions : ITestKitAssertions
{
    public void Fail(string format = "", params object[] args) =>
        throw new XunitException(Text(format, args));

    public void AssertTrue(bool condition, string format = "", params object[] args) =>
        Assert.True(condition, Text(format, args));

    public void AssertEqual<T>(T expected, T actual, string format = "", params object[] args)
    {
        if (!Equals(expected, actual))
            Fail(Text(format, args).Replace("{", "{{").Replace("}", "}}")
                + "\nExpected: {0}\nActual:   {1}", expected, actual);
    }

    private static string Text(string format, object[] args) =>
        args.Length > 0 ? string.Format(format, args)
            : format.Replace("{{", "{").Replace("}}", "}");
}
