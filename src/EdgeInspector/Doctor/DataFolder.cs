using System.Globalization;

namespace EdgeInspector.Doctor;

/// <summary>The data folder: it must be writable and have room.</summary>
internal static class DataFolder
{
    private const long LowSpace = 1L << 30;

    public static Finding Look(string folder)
    {
        string path = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(path);
            string probe = Path.Combine(path, $".doctor-{Guid.NewGuid():N}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
            long free = new DriveInfo(path).AvailableFreeSpace;
            string room = string.Create(CultureInfo.InvariantCulture, $"{path}, {free / (double)(1L << 30):0.0} GiB free");
            return free < LowSpace
                ? Finding.Warning("disk", $"{room}: less than 1 GiB. Free some space, or move DataFolder to another disk.")
                : Finding.Good("disk", room);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Fault("disk", $"The data folder '{path}' can't be written: {fault.Message} Give the service's user the right to, or change DataFolder.");
        }
    }
}
