namespace Akka.Event;

/// <summary>Log calls by level.</summary>
public static class LoggingExtensions
{
    public static void Log(this ILoggingAdapter log, LogLevel level, string format) =>
        log.Log(level, null, format);

    public static void Debug<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.Put(LogLevel.DebugLevel, null, format, arg1);

    public static void Info(this ILoggingAdapter log, string format) =>
        log.Log(LogLevel.InfoLevel, null, format);

    public static void Info<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.Put(LogLevel.InfoLevel, null, format, arg1);

    public static void Warning(this ILoggingAdapter log, string format) =>
        log.Log(LogLevel.WarningLevel, null, format);

    public static void Warning<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.Put(LogLevel.WarningLevel, null, format, arg1);

    public static void Warning<T1, T2>(this ILoggingAdapter log, string format, T1 arg1, T2 arg2) =>
        log.Put(LogLevel.WarningLevel, null, format, arg1, arg2);

    public static void Error(this ILoggingAdapter log, string format) =>
        log.Log(LogLevel.ErrorLevel, null, format);

    public static void Error<T1>(this ILoggingAdapter log, string format, T1 arg1) =>
        log.Put(LogLevel.ErrorLevel, null, format, arg1);

    public static void Error(this ILoggingAdapter log, Exception cause, string format) =>
        log.Log(LogLevel.ErrorLevel, cause, format);

    /// <summary>Any level, any number of arguments.</summary>
    internal static void Put(
        this ILoggingAdapter log, LogLevel level, Exception cause, string format,
        params object[] args) =>
        log.Log(level, cause, new ArgumentsLogMessage(log.Formatter, format, args));
}
