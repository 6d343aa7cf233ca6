using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.ModelStore.Sync;
using EdgeInspector.Settings;

namespace EdgeInspector.Doctor;

/// <summary>
/// The files with certificates and keys that the settings name, read as the agent will read them, without asking anybody.
/// Never a reason not to start: they are read anew at each connection, and may be renewed meanwhile.
/// </summary>
internal static class CertificateFiles
{
    /// <summary>What keeps each from being used, a sentence each; empty when nothing does.</summary>
    public static IEnumerable<string> Faults(AgentOptions options, TimeProvider time) =>
        Certificates.Faults(options.Mqtt.Tls, time.GetUtcNow())
            .Concat(options.Stations.Select(station => FaultOf(station.Key, station.Value.Sync)).OfType<string>());

    /// <summary>What keeps the authority of a station's sync source from being used; null: nothing.</summary>
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
