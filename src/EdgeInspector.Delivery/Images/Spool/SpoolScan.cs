namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>What a look through the spool found besides sound parts.</summary>
internal sealed class SpoolScan
{
    /// <summary>Files and folders that are not of the spool's making.</summary>
    public int Strangers { get; private set; }

    /// <summary>One of them; null: there is none.</summary>
    public string? Stranger { get; private set; }

    /// <summary>Parts whose sidecar is broken.</summary>
    public int Orphans { get; private set; }

    /// <summary>The sidecar of one of them; null: there is none.</summary>
    public string? Orphan { get; private set; }

    public void AddStranger(string path) => (Strangers, Stranger) = (Strangers + 1, path);

    public void AddOrphan(string path) => (Orphans, Orphan) = (Orphans + 1, path);
}
