namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>Asks the system how much room a disk has.</summary>
internal static class FreeBytes
{
    /// <summary>Bytes that this user may still write on the disk of a folder, which need not exist yet; null when the system does not say (some network drives).</summary>
    public static long? On(string folder)
    {
        try
        {
            string? place = folder;
            while (place is not null && !Directory.Exists(place))
                place = Path.GetDirectoryName(place);
            return place is null ? null : new DriveInfo(place).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
