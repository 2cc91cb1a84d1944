using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using Rotom.Actors.Client;
using Rotom.Engine;
using Rotom.Resp;

namespace Rotom.Actors.Hosting;

// RotomActivities: what a server does, as activities of the source "Rotom", for whoever traces.
//
//   GET, SET...     a call of the in-process client, from the call to its reply (Client)
//   GET, SET...     a command in the keyspace's turn (Server), when the host asked for it by Trace;
//                   a part of the call of a client in the process, if one sent it
//   rotom.save      SAVE, BGSAVE, a save point       rotom.rewrite   of the journal
//   rotom.load      what is kept, at the start
//
// While nobody listens a client's call looks at one flag, and commands do not even do that unless
// Trace was said. What takes many turns is no child of whatever happens to be current, and never
// stays current: the keyspace's thread goes on with other things.
//
// A listener is code of the host's own, and hears of an end on the pool: what it does there holds
// up nobody's command, and if it throws, nothing but what it wanted to do is lost.

/// <summary>The activities of one server.</summary>
internal sealed class RotomActivities(string server)
{
    /// <summary>The source's name.</summary>
    internal const string SourceName = "Rotom";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>True when there is a listener, who may or may not want a given activity.</summary>
    internal static bool AnyoneListens => s_source.HasListeners();

    /// <summary>Work that goes on for many turns begins.</summary>
    internal Activity? BeginWork(string name, string? kind = null)
    {
        if (!AnyoneListens) return null;
        Activity? current = Activity.Current;
        Activity.Current = null;
        Activity? work = s_source.StartActivity(name);
        Activity.Current = current;
        work?.SetTag("rotom.server", server);
        if (kind is not null) work?.SetTag("rotom.kind", kind);
        return work;
    }

    /// <summary>A call of a client begins.</summary>
    /// <param name="name">The command.</param>
    /// <param name="database">The client's database.</param>
    /// <param name="call">Who waits for it.</param>
    /// <param name="parent">
    /// What the command is a part of, where commands are activities themselves.
    /// </param>
    internal PendingCall Traced(
        RespArgument name, int database, PendingCall call, out Activity? parent)
    {
        Activity? current = Activity.Current;
        Activity? activity = s_source.StartActivity(NameOf(name), ActivityKind.Client);
        Activity.Current = current;
        parent = activity ?? current;
        if (activity is null) return call;
        Describe(activity, database);
        return new TracedCall(activity, call);
    }

    /// <summary>Ends what was begun; an error is its outcome.</summary>
    internal static void End(Activity? activity, string error = "")
    {
        if (activity is null) return;
        Conclude(activity, error);
        ThreadPool.UnsafeQueueUserWorkItem(Stop, activity, preferLocal: false);
    }

    /// <summary>Middleware that makes an activity of each command.</summary>
    internal CommandHandler Around(CommandHandler next) => (ref CommandContext c) =>
    {
        if (!AnyoneListens)
        {
            next(ref c);
            return;
        }

        string name = c.Command.FullName.ToUpperInvariant();
        // What a transaction of it executes is a part of EXEC, which is current.
        using Activity? activity = c.Tag is Activity parent
            ? s_source.StartActivity(name, ActivityKind.Server, parent.Context)
            : s_source.StartActivity(name, ActivityKind.Server);
        if (activity is null)
        {
            next(ref c);
            return;
        }

        Describe(activity, c.Database.Index);
        activity.SetTag("rotom.client", c.Client.Id);
        ReplyMark mark = c.MarkReply();
        next(ref c);
        if (c.HasErrorSince(mark)) activity.SetStatus(ActivityStatusCode.Error);
    };

    // The names are OpenTelemetry's conventions for databases.
    private void Describe(Activity activity, int database)
    {
        activity.SetTag("db.system.name", "redis");
        activity.SetTag("db.operation.name", activity.OperationName);
        activity.SetTag("db.namespace", database.ToString(CultureInfo.InvariantCulture));
        activity.SetTag("rotom.server", server);
    }

    private static void Conclude(Activity activity, string error)
    {
        activity.SetEndTime(DateTime.UtcNow);
        if (error.Length == 0) return;
        activity.SetStatus(ActivityStatusCode.Error, error);
        int space = error.IndexOf(' ', StringComparison.Ordinal);
        activity.SetTag("error.type", space < 0 ? error : error[..space]);
    }

    private static void Stop(Activity activity)
    {
        try
        {
            activity.Stop();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A listener's; the activity itself has ended.
        }
    }

    private static string NameOf(RespArgument name) =>
        System.Text.Encoding.UTF8.GetString(name.Bytes.Span).ToUpperInvariant();

    /// <summary>A call whose activity has ended when its caller goes on.</summary>
    private sealed class TracedCall(Activity activity, PendingCall call)
        : PendingCall, IThreadPoolWorkItem
    {
        private RespValue? _value;
        private Exception? _why;

        public void Execute()
        {
            Stop(activity);
            if (_why is not null) call.Fail(_why);
            else if (_value is null) call.CompleteShown();
            else call.Complete(_value);
        }

        internal override bool WasShown => call.WasShown;

        internal override void CompleteShown()
        {
            _value = null;
            Conclude(activity, "");
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        internal override void Complete(RespValue value)
        {
            _value = value;
            call.Prepare(value);
            Conclude(activity, value.IsError ? value.AsString()! : "");
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        internal override void Fail(Exception why)
        {
            _why = why;
            Conclude(activity, why.Message);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
