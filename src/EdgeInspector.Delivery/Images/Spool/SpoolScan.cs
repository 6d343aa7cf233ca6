namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>What was found in the spool besides sound parts.</summary>
internal sealed class SpoolScan
{
    /// <summary>How many files and folders the agent did not make.</summary>
    public int Strangers { get; private set; }

    /// <summary>One of those files and folders; null: there is none.</summary>
    public string? Stranger { get; private set; }

    /// <summary>How many parts have a broken sidecar.</summary>
    public int Orphans { get; private set; }

    /// <summary>One of the broken sidecars; null: there is none.</summary>
    public string? Orphan { get; private set; }

    public void AddStranger(string path) => (Strangers, Stranger) = (Strangers + 1, path);

    public void AddOrphan(string path) => (Orphans, Orphan) = (Orphans + 1, path);
}
