namespace EdgeInspector.Delivery.Audit;

/// <summary>Finds a log.</summary>
public static class AuditFolder
{
    /// <summary>The folder with the log's files; null where there is none.</summary>
    /// <param name="place">The data folder, or the log's folder itself, such as a copy of it.</param>
    public static string? Find(string place) => AuditFiles.FolderOf(place) is var inside && Directory.Exists(inside) ? inside
        : Directory.Exists(place) && AuditFiles.In(place).Count > 0 ? Path.GetFullPath(place)
        : null;
}
