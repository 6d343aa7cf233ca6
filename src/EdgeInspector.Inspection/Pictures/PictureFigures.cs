using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>What a picture measures, for whoever aims a camera and turns its lens.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Sharpness">In grey levels, 0 or more, as references keep it: to be compared with other pictures of the same part.</param>
/// <param name="Brightness">Mean, 0..1 of full brightness.</param>
/// <param name="Contrast">Standard deviation, 0..1 of full brightness.</param>
/// <param name="Black">Share of points that are full black, 0..1.</param>
/// <param name="White">Share of points that are full white, 0..1.</param>
public sealed record PictureFigures(
    int Width, int Height, double Sharpness, double Brightness, double Contrast, double Black, double White)
{
    /// <summary>Measures a picture; takes about a tenth of a millisecond.</summary>
    public static PictureFigures Of(Frame picture)
    {
        var sample = new PictureSample();
        sample.Take(picture);
        return new PictureFigures(
            picture.Width, picture.Height, Pictures.Sharpness.Of(picture), sample.Brightness, sample.Contrast,
            (double)sample.BlackPoints / PictureSample.Points, (double)sample.WhitePoints / PictureSample.Points);
    }
}
