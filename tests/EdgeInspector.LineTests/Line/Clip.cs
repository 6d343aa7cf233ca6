using OpenCvSharp;

namespace EdgeInspector.LineTests.Line;

internal static class Clip
{
    /// <summary>
    /// Writes a video of small pictures, dark (<c>ok</c> for the test packages) with every tenth bright (<c>defect</c>) on request, no two
    /// neighbours alike.
    /// </summary>
    public static string Write(string folder, int frames, double fps, bool withDefects)
    {
        string file = Path.Combine(folder, "clip.avi");
        using var writer = new VideoWriter(file, FourCC.MJPG, fps, new Size(64, 48));
        using var picture = new Mat(48, 64, MatType.CV_8UC3);
        for (int i = 0; i < frames; i++)
        {
            Belt.Fill(picture, withDefects && i % 10 == 9 ? 190 : 70);
            Cv2.Circle(picture, 6 + i % 50, 24, 4, Scalar.All(120), -1);
            writer.Write(picture);
        }
        return file;
    }
}
