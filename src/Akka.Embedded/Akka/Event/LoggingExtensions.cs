namespace Akka.Event;

/// <summary>Log calls by level. Arguments are only gathered if the level is on.</summary>
public static class LoggingExtensions
{
    private const LogLevel OfDebug = LogLevel.DebugLevel;
    private const LogLevel OfInfo = LogLevel.InfoLevel;
    private const LogLevel OfWarning = LogLevel.WarningLevel;
    private const LogLevel OfError = LogLevel.ErrorLevel;

    public static void Log(this ILoggingAdapter log, LogLevel level, string format) =>
        log.If(level)?.Log(level, null, format);

    public static void Debug(this ILoggingAdapter log, string format) =>
        log.If(OfDebug)?.Log(OfDebug, null, format);

    public static void Debug<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.If(OfDebug)?.Put(OfDebug, null, format, arg1);

    public static void Debug<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2) =>
        log.If(OfDebug)?.Put(OfDebug, null, format, arg1, arg2);

    public static void Info(this ILoggingAdapter log, string format) =>
        log.If(OfInfo)?.Log(OfInfo, null, format);

    public static void Info<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.If(OfInfo)?.Put(OfInfo, null, format, arg1);

    public static void Info<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2) =>
        log.If(OfInfo)?.Put(OfInfo, null, format, arg1, arg2);

    public static void Warning(this ILoggingAdapter log, string format) =>
        log.If(OfWarning)?.Log(OfWarning, null, format);

    public static void Warning<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.If(OfWarning)?.Put(OfWarning, null, format, arg1);

    public static void Warning<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2) =>
        log.If(OfWarning)?.Put(OfWarning, null, format, arg1, arg2);

    public static void Warning(this ILoggingAdapter log, Exception cause, string format) =>
        log.If(OfWarning)?.Log(OfWarning, cause, format);

    public static void Warning<T1, T2>(
        this ILoggingAdapter log, Exception cause, string format, T1 arg1, T2 arg2) =>
        log.If(OfWarning)?.Put(OfWarning, cause, format, arg1, arg2);

    public static void Error(this ILoggingAdapter log, string format) =>
        log.If(OfError)?.Log(OfError, null, format);

    public static void Error<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.If(OfError)?.Put(OfError, null, format, arg1);

    public static void Error(this ILoggingAdapter log, Exception cause, string format) =>
        log.If(OfError)?.Log(OfError, cause, format);

    public static void Error<T1>(
        this ILoggingAdapter log, Exception cause, string format, T1 arg1) =>
        log.If(OfError)?.Put(OfError, cause, format, arg1);

    public static void Error(
        this ILoggingAdapter log, Exception cause, string format, object[] args) =>
        log.If(OfError)?.Put(OfError, cause, format, args);

    private static ILoggingAdapter If(this ILoggingAdapter log, LogLevel level) =>
        log.IsEnabled(level) ? log : null;

    private static void Put(
        this ILoggingAdapter log, LogLevel level, Exception cause, string format,
        params object[] args) =>
        log.Log(level, cause, new ArgumentsLogMessage(log.Formatter, format, args));
}
