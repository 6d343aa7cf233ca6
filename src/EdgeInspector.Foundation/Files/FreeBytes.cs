namespace EdgeInspector.Foundation.Files;

/// <summary>Asks the system how much room a disk has.</summary>
public static class FreeBytes
{
    /// <summary>
    /// Bytes that this user may still write on the disk of a folder, which need not exist yet;
    /// null when the system does not say (some network drives).
    /// </summary>
    public static long? On(string folder)
    {
        try
        {
            string? place = folder;
            while (place is not null && !Directory.Exists(place))
                place = Path.GetDirectoryName(place);
            return place is null ? null : new DriveInfo(place).AvailableFreeSpace;
        }
        catch (Exception e) when (DiskFault.Is(e) || e is ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// True when a folder lacks the room and not the right to write: pseudo and read-only file systems have no free byte either, and no
    /// file can be made on them.
    /// </summary>
    public static bool LackOn(string folder, long wanted)
    {
        if (On(folder) is not { } free || free >= wanted)
            return false;
        string probe = Path.Combine(folder, $".room-{Guid.NewGuid():N}");
        try
        {
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return true;
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            return DiskFault.IsFull(e);
        }
    }
}
