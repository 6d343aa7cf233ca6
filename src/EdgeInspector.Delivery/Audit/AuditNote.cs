using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Audit;

/// <summary>
/// Notes what a command changes while no agent runs. The caller has locked the data folder, so that no other process writes the chain.
/// </summary>
public static class AuditNote
{
    /// <summary>Appends one entry and brings it to the disk.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="options">The settings; nothing is written where the log is off.</param>
    /// <param name="entry">The entry to write.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SecretFileException">The key can't be read: an entry without a seal would look like a forged one.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses access.</exception>
    public static void Write(string dataFolder, AuditOptions options, AuditEntry entry, TimeProvider time)
    {
        if (!options.Enabled)
            return;
        using AuditWriter writer = AuditWriter.Open(
            AuditFiles.FolderOf(dataFolder), AuditKey.Of(options), time, AuditWriter.FileBytes(options), AuditKey.EarlierOf(options));
        writer.Append([entry]);
        writer.Flush();
    }
}
