using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using Rotom.Actors.Supervision;

namespace Rotom.Actors.Hosting;

// RotomMeter: the main figures of a server for whoever listens to the meter "Rotom". They are those
// of the last periodic work, a tenth of a second old at the most, so reading them touches no engine
// from a foreign thread and costs commands nothing.

/// <summary>A server's figures as instruments.</summary>
internal sealed class RotomMeter : IDisposable
{
    private readonly Meter _meter = new("Rotom");
    private readonly ServerFigures _figures;
    private readonly Incidents _incidents;
    private readonly KeyValuePair<string, object?> _tag;

    internal RotomMeter(string name, ServerFigures figures, Incidents incidents)
    {
        _figures = figures;
        _incidents = incidents;
        _tag = new("rotom.server", name);
        Gauge("rotom.clients", "{client}", "Connected clients", f => f.Clients);
        Gauge("rotom.clients.blocked", "{client}", "Clients that wait", f => f.BlockedClients);
        Gauge("rotom.keys", "{key}", "Keys of all databases", f => f.Keys);
        Gauge("rotom.memory.used", "By", "Memory of keys and values", f => f.UsedMemory);
        Gauge(
            "rotom.snapshot.pause", "us", "Longest slice of the last snapshot",
            f => f.Snapshot.PauseMicros);
        Gauge(
            "rotom.snapshot.pause.limit", "us", "What is promised of it: snapshot-max-pause",
            f => f.Snapshot.PauseMicrosMax);
        Gauge(
            "rotom.snapshot.memory", "By", "Most memory that the last snapshot held",
            f => f.Snapshot.ExtraBytes);
        Gauge(
            "rotom.snapshot.memory.limit", "By",
            "What is promised of it: snapshot-max-extra-memory; 0 for nothing",
            f => f.Snapshot.ExtraBytesMax);
        Counter("rotom.commands", "{command}", "Commands executed", f => f.Commands);
        Counter("rotom.errors", "{reply}", "Error replies", f => f.Errors);
        Counter("rotom.keyspace.hits", "{lookup}", "Look-ups that found", f => f.Hits);
        Counter("rotom.keyspace.misses", "{lookup}", "Look-ups that did not", f => f.Misses);
        Counter("rotom.keys.expired", "{key}", "Keys whose time was over", f => f.Expired);
        Counter("rotom.keys.evicted", "{key}", "Keys evicted", f => f.Evicted);
        _meter.CreateObservableCounter(
            "rotom.incidents", IncidentsNow, "{incident}", "What failed and was healed");
        _meter.CreateObservableGauge(
            "rotom.recovery.longest",
            () => new Measurement<double>(_incidents.LongestRecoveryMicros / 1e6, _tag),
            "s",
            "The longest recovery of the keyspace");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string unit, string text, Func<Figures, long> value) =>
        _meter.CreateObservableGauge(name, () => Now(value), unit, text);

    private void Counter(string name, string unit, string text, Func<Figures, long> value) =>
        _meter.CreateObservableCounter(name, () => Now(value), unit, text);

    private Measurement<long>[] IncidentsNow()
    {
        Measurement<long>[] measured = new Measurement<long>[Incidents.Names.Length];
        for (int i = 0; i < measured.Length; i++)
        {
            KeyValuePair<string, object?> kind = new("rotom.incident", Incidents.Names[i]);
            measured[i] = new Measurement<long>(_incidents.Of((Incident)i), _tag, kind);
        }

        return measured;
    }

    private Measurement<long> Now(Func<Figures, long> value) =>
        new(value(_figures.Current), _tag);
}
