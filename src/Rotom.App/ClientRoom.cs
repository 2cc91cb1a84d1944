using Rotom.Engine.Config;
using Rotom.Net.Transport;
using Serilog.Core;

namespace Rotom.App;

/// <summary>Descriptors for as many clients as <c>maxclients</c> says.</summary>
internal static class ClientRoom
{
    /// <summary>
    /// At the start: raises the limit, or lowers <c>maxclients</c> to what it leaves. False, with
    /// the reason logged, when it leaves nothing.
    /// </summary>
    internal static bool Make(ServerConfig config, Logger log)
    {
        long wanted = config.MaxClients + OpenFiles.Reserved;
        long before = OpenFiles.Limit;
        long now = OpenFiles.Raise(wanted, out string refusal);
        if (now >= wanted)
        {
            if (before < wanted)
            {
                log.Information(
                    "Increased maximum number of open files to {Now} (it was originally set to "
                    + "{Before}).", now, before);
            }

            return true;
        }

        if (now <= OpenFiles.Reserved)
        {
            log.Warning(
                "Your current 'ulimit -n' of {Now} is not enough for the server to start. Please "
                + "increase your open file limit to at least {Wanted}. Exiting.", now, wanted);
            return false;
        }

        log.Warning(
            "You requested maxclients of {Clients} requiring at least {Wanted} max file "
            + "descriptors.", config.MaxClients, wanted);
        log.Warning(
            "Server can't set maximum open files to {Wanted} because of OS error: {Refusal}.",
            wanted, refusal);
        config.MaxClients = (int)(now - OpenFiles.Reserved);
        log.Warning(
            "Current maximum open files is {Now}. maxclients has been reduced to {Clients} to "
            + "compensate for low ulimit. If you need higher maxclients increase 'ulimit -n'.",
            now, config.MaxClients);
        return true;
    }

    /// <summary>At run time: CONFIG SET maxclients is refused where the system does.</summary>
    internal static bool TryMake(ServerConfig config, out string error)
    {
        error = "";
        long wanted = config.MaxClients + OpenFiles.Reserved;
        long now = OpenFiles.Raise(wanted, out _);
        if (now >= wanted) return true;
        error = "The operating system is not able to handle the specified number of clients, try "
            + $"with {now - OpenFiles.Reserved}";
        return false;
    }
}
