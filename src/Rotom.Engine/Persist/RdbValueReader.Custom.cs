using System;
using System.IO;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// Values of the host's types. Without its type a value cannot be had, but it can be walked over,
// which is what a mere check does.
internal sealed partial class RdbValueReader
{
    private RdbLoad ReadCustom(RdbReader from, bool check, out RdbValue value)
    {
        value = default;
        ulong id = from.Count();
        if (from.Failed) return RdbLoad.Broken;
        string name = CustomTypeId.NameOf(id);
        if (engine.Payloads.Customs.Find(id) is not { } type)
        {
            if (check) return Walk(from);
            return Broken(
                from,
                "The RDB file contains module data I can't load: no matching module type "
                + $"'{name}'");
        }

        int version = CustomTypeId.VersionOf(id);
        if (version > type.EncodingVersion)
        {
            return Broken(
                from,
                $"A value of the type '{name}' is written in version {version}; known are versions "
                + $"up to {type.EncodingVersion}");
        }

        if (LoadCustom(from, type, version) is not { } loaded) return RdbLoad.Broken;
        value = new RdbValue(
            ObjectType.Module, ObjectEncoding.Raw, engine.Payloads.Customs.Add(type, loaded));
        return RdbLoad.Loaded;
    }

    private static object? LoadCustom(RdbReader from, CustomType type, int version)
    {
        object? loaded = null;
        try
        {
            loaded = type.LoadValue(new CustomReader(from), version);
            if ((CustomPart)from.Count() == CustomPart.End && !from.Failed) return loaded;
            from.Fail(
                $"The RDB file contains module data for the module '{type.Name}' that is not "
                + "terminated by the proper module value EOF marker");
            type.FreeSomeOf(loaded);
        }
        catch (CustomValueException wrong)
        {
            from.Fail($"A broken value of the type '{type.Name}': {wrong.Message}");
        }
        catch (Exception fault) when (fault is not (InvariantException or IOException))
        {
            // What the stream throws passes; anything else is the type's answer to these bytes.
            from.Fail($"The type '{type.Name}' failed to read a value: {fault.Message}");
        }

        return null;
    }

    private static RdbLoad Walk(RdbReader from)
    {
        while (!from.Failed)
        {
            switch ((CustomPart)from.Count())
            {
                case CustomPart.End when !from.Failed:
                    return RdbLoad.Walked;
                case CustomPart.Signed or CustomPart.Unsigned:
                    from.Count();
                    break;
                case CustomPart.Single:
                    from.UInt32();
                    break;
                case CustomPart.Double:
                    from.Double();
                    break;
                case CustomPart.Text:
                    from.String();
                    break;
                default:
                    from.Fail("a part of a module's value is of no known kind");
                    break;
            }
        }

        return RdbLoad.Broken;
    }
}
