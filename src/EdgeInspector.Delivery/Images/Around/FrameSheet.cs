using System.Globalization;
using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Images.Around;

/// <summary>
/// Draws the frames around a part on one sheet, in reading order: the oldest first, each with its time before or after the part's own
/// frame, whose border has another colour.
/// </summary>
internal static class FrameSheet
{
    private const int Columns = 4, Gap = 4, CaptionHeight = 22, Quality = 80;
    private const HersheyFonts Font = HersheyFonts.HersheySimplex;

    private static readonly Scalar Ground = Scalar.All(40), Text = Scalar.All(230), Own = new(60, 180, 250);

    /// <summary>The sheet as JPEG.</summary>
    /// <param name="frames">The frames, the oldest first, at least one.</param>
    /// <param name="at">When the part's own frame was taken, in ticks.</param>
    /// <param name="ticksPerSecond">Ticks of the clock that stamped the frames.</param>
    public static byte[] Draw(IReadOnlyList<Frame> frames, long at, long ticksPerSecond)
    {
        // Pictures of a folder may differ in size.
        int width = frames.Max(frame => frame.Width), height = frames.Max(frame => frame.Height);
        int columns = Math.Min(Columns, frames.Count), rows = (frames.Count + columns - 1) / columns;
        using var sheet = new Mat(
            (rows * (height + CaptionHeight + Gap)) + Gap, (columns * (width + Gap)) + Gap, MatType.CV_8UC3, Ground);
        for (int i = 0; i < frames.Count; i++)
        {
            Frame frame = frames[i];
            int left = Gap + (i % columns * (width + Gap)), top = Gap + (i / columns * (height + CaptionHeight + Gap));
            bool isOwn = frame.CapturedAt == at;
            Cv2.PutText(
                sheet, Caption(frame.CapturedAt - at, ticksPerSecond), new Point(left + 2, top + 16), Font, 0.5, isOwn ? Own : Text, 1,
                LineTypes.AntiAlias);
            var place = new Rect(left, top + CaptionHeight, frame.Width, frame.Height);
            using Mat picture = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);
            using Mat cell = sheet[place];
            picture.CopyTo(cell);
            if (isOwn)
                Cv2.Rectangle(sheet, new Rect(place.X - 2, place.Y - 2, place.Width + 4, place.Height + 4), Own, 2);
        }
        Cv2.ImEncode(".jpg", sheet, out byte[] jpeg, [(int)ImwriteFlags.JpegQuality, Quality]);
        return jpeg;
    }

    private static string Caption(long ticks, long ticksPerSecond) =>
        ticks == 0 ? "the part" : string.Create(CultureInfo.InvariantCulture, $"{ticks * 1000.0 / ticksPerSecond:+0;-0} ms");
}
