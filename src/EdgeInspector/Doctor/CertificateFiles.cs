using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Webhooks;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.ModelStore.Sync;
using EdgeInspector.Settings;

namespace EdgeInspector.Doctor;

/// <summary>
/// The files with certificates and keys that the settings name, read as the agent will read them, without any connection. Never a reason
/// not to start: the files are read anew at each connection, and may be renewed meanwhile.
/// </summary>
internal static class CertificateFiles
{
    /// <summary>Why each file can't be used, a sentence each; empty when all files can be used.</summary>
    public static IEnumerable<string> Faults(AgentOptions options, TimeProvider time) =>
        Certificates.Faults(options.Mqtt.Tls, time.GetUtcNow())
            .Concat(options.Stations.Select(station => FaultOf(station.Key, station.Value.Sync)).Append(
                options.Http.Tls.Fault(time.GetUtcNow())).OfType<string>())
            .Concat(options.Webhooks.SelectMany(webhook => WebhookCheck.Faults(webhook.Key, webhook.Value, time.GetUtcNow())));

    /// <summary>Why the authority of a station's sync source can't be used; null: it can.</summary>
    public static string? FaultOf(string station, SyncOptions? sync)
    {
        try
        {
            if (sync?.CaFile is { } file)
                CertificateFile.Read(file, $"Stations:{station}:Sync:CaFile");
            return null;
        }
        catch (CertificateFileException fault)
        {
            return fault.Message;
        }
    }
}
