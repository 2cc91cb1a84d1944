using System;
using System.Collections.Generic;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// COMMAND DOCS: a map a command, with the tree of its arguments. Everything comes from the row in
// the command table; nothing here knows a command. Depth is that of the declared notations.
internal static class CommandDocsReply
{
    /// <summary>Writes a command's name and what is documented about it.</summary>
    internal static void Write(RespWriter reply, Command command)
    {
        CommandSpec spec = command.Spec;
        IReadOnlyList<CommandArgument> arguments = CommandSyntax.Parse(spec);
        IReadOnlyList<Command> subs = command.Subcommands?.All ?? [];
        bool isDeprecated = spec.DeprecatedSince is not null;
        reply.Bulk(command.FullNameBytes);
        reply.MapHeader(4 + (isDeprecated ? 2 : 0) + (spec.ReplacedBy is null ? 0 : 1)
            + (arguments.Count > 0 ? 1 : 0) + (subs.Count > 0 ? 1 : 0));
        Text(reply, "summary"u8, spec.Summary);
        Text(reply, "since"u8, spec.Since);
        Text(reply, "group"u8, CommandNames.Of(spec.Group));
        Text(reply, "complexity"u8, spec.Complexity);
        if (isDeprecated)
        {
            reply.Bulk("doc_flags"u8);
            reply.SetHeader(1);
            reply.Simple("deprecated"u8);
            Text(reply, "deprecated_since"u8, spec.DeprecatedSince!);
        }

        if (spec.ReplacedBy is not null) Text(reply, "replaced_by"u8, spec.ReplacedBy);
        if (arguments.Count > 0) WriteArguments(reply, arguments);
        if (subs.Count == 0) return;
        reply.Bulk("subcommands"u8);
        reply.MapHeader(subs.Count);
        foreach (Command sub in subs) Write(reply, sub);
    }

    private static void WriteArguments(RespWriter reply, IReadOnlyList<CommandArgument> arguments)
    {
        reply.Bulk("arguments"u8);
        reply.ArrayHeader(arguments.Count);
        foreach (CommandArgument argument in arguments) WriteArgument(reply, argument);
    }

    private static void WriteArgument(RespWriter reply, CommandArgument argument)
    {
        bool hasKey = argument.KeySpecIndex >= 0;
        int flags = (argument.Optional ? 1 : 0) + (argument.Multiple ? 1 : 0)
            + (argument.MultipleToken ? 1 : 0);
        reply.MapHeader(2 + (hasKey ? 1 : 0) + (argument.Token is null ? 0 : 1)
            + (argument.Since is null ? 0 : 1) + (flags > 0 ? 1 : 0)
            + (argument.Arguments.Count > 0 ? 1 : 0));
        Text(reply, "name"u8, argument.Name);
        Text(reply, "type"u8, CommandNames.Of(argument.Type));
        if (hasKey)
        {
            reply.Bulk("key_spec_index"u8);
            reply.Integer(argument.KeySpecIndex);
        }

        if (argument.Token is not null) Text(reply, "token"u8, argument.Token);
        if (argument.Since is not null) Text(reply, "since"u8, argument.Since);
        if (flags > 0)
        {
            reply.Bulk("flags"u8);
            reply.SetHeader(flags);
            if (argument.Optional) reply.Simple("optional"u8);
            if (argument.Multiple) reply.Simple("multiple"u8);
            if (argument.MultipleToken) reply.Simple("multiple_token"u8);
        }

        if (argument.Arguments.Count > 0) WriteArguments(reply, argument.Arguments);
    }

    private static void Text(RespWriter reply, ReadOnlySpan<byte> name, string value)
    {
        reply.Bulk(name);
        reply.Bulk(value);
    }
}
