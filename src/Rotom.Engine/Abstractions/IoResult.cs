namespace Rotom.Engine.Abstractions;

// Errors of the disk are values, because what to do about one is decided in one place per kind of
// file and not wherever an exception happens to be caught. Few are told apart: whoever holds data
// that must be kept does the same for all, but a full disk gets better while an EIO does not.

/// <summary>Why an operation on a file failed.</summary>
public enum IoError
{
    /// <summary>It did not fail.</summary>
    None,

    /// <summary>There is no such file or directory (ENOENT).</summary>
    NotFound,

    /// <summary>There is one already (EEXIST).</summary>
    Exists,

    /// <summary>No room on the device, or the quota is used up (ENOSPC, EDQUOT).</summary>
    NoSpace,

    /// <summary>The device failed (EIO): what was written may be lost.</summary>
    Device,

    /// <summary>Not allowed, or a read-only file system (EACCES, EPERM, EROFS).</summary>
    Denied,

    /// <summary>Anything else; the text says what.</summary>
    Other,
}

/// <summary>Whether an operation on a file was done, and if not, why.</summary>
/// <param name="Error">Why not.</param>
/// <param name="Text">The system's words for it; empty when it was done.</param>
public readonly record struct IoResult(IoError Error, string Text)
{
    /// <summary>Done.</summary>
    public static IoResult Done => new(IoError.None, "");

    /// <summary>True when the operation was done.</summary>
    public bool IsDone => Error == IoError.None;

    /// <summary>The system's words for an error that is simulated or found by ourselves.</summary>
    public static IoResult Fail(IoError error) => new(error, error switch
    {
        IoError.NotFound => "No such file or directory",
        IoError.Exists => "File exists",
        IoError.NoSpace => "No space left on device",
        IoError.Device => "Input/output error",
        IoError.Denied => "Permission denied",
        _ => "Unknown error",
    });
}

/// <summary>What an operation on a file gave, or why it did not.</summary>
/// <param name="Value">What it gave; default when it failed.</param>
/// <param name="Outcome">Whether it was done.</param>
/// <typeparam name="T">What it gives.</typeparam>
public readonly record struct IoResult<T>(T Value, IoResult Outcome)
{
    /// <summary>True when the operation was done.</summary>
    public bool IsDone => Outcome.IsDone;

    /// <summary>Why it was not.</summary>
    public IoError Error => Outcome.Error;

    /// <summary>The system's words for it.</summary>
    public string Text => Outcome.Text;

    /// <summary>It was done, and gave this.</summary>
    public static implicit operator IoResult<T>(T value) => new(value, IoResult.Done);

    /// <summary>It failed.</summary>
    public static implicit operator IoResult<T>(IoResult failure) => new(default!, failure);
}
