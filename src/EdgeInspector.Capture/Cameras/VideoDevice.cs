using System.Globalization;

namespace EdgeInspector.Capture.Cameras;

/// <summary>Finds out why a local video device cannot be used, before OpenCV fails without saying why.</summary>
internal static class VideoDevice
{
    /// <summary>Throws with the cause when the device is missing or not permitted (Linux only; elsewhere devices have no paths).</summary>
    /// <exception cref="CameraException">The device is missing or the user may not open it.</exception>
    public static void CheckAccess(string device)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string path = int.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? $"/dev/video{index}"
            : device;
        if (!File.Exists(path))
            throw new CameraException($"There is no device {path}. {Present()} Check that the camera is plugged in (in a container: "
                + "that the device is passed in).");
        try
        {
            using var _ = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CameraException($"The agent may not open {path}. "
                + $"Add its user to the group video (usermod -aG video {Environment.UserName}) and start it again.");
        }
        catch (Exception fault) when (fault is IOException or NotSupportedException)
        {
            // The device is busy, or .NET cannot open it as a file: OpenCV will tell.
        }
    }

    private static string Present()
    {
        string[] devices = Directory.GetFiles("/dev", "video*");
        return devices.Length == 0
            ? "This machine has no video device."
            : $"Present: {string.Join(", ", devices.Order(StringComparer.Ordinal))}.";
    }
}
