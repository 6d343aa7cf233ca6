using System.Globalization;
using OpenCvSharp;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// Turns pictures of 16 bits a value into 8 bits by the true range of their values. Cameras of 10, 12 and 14 bits mostly leave the upper
/// bits of 16 empty; if such a picture were read over the whole range, it would be nearly black, and a model would see no defect.
/// </summary>
/// <remarks>
/// The setting decides; without a setting the file's own statement decides, as long as the values agree with it. Where neither says
/// anything, a picture that never uses the upper two bits is refused: it may have 14 bits or fewer, or may truly be dark, and only the user
/// knows.
/// </remarks>
internal static class SampleDepth
{
    /// <summary>The fewest bits that the setting <c>BitDepth</c> may say.</summary>
    public const int Fewest = 9;

    /// <summary>The most bits that the setting <c>BitDepth</c> may say.</summary>
    public const int Most = 16;

    /// <summary>A value that 14 bits can't hold: from it on, a picture is known to use the whole range.</summary>
    private const int Beyond14Bits = 1 << 14;

    /// <summary>
    /// The share of values that must be so large: a hot pixel or a time stamp in a picture of 12 bits says nothing of the range.
    /// </summary>
    private const double LeastBright = 0.001;

    /// <summary>The picture with 8 bits a value and the same channels.</summary>
    /// <param name="deep">Unsigned 16 bits a value.</param>
    /// <param name="said">What the file says.</param>
    /// <param name="setting">What the user says: 9 to 16; null: nothing.</param>
    /// <param name="problem">Why there is no picture, with the way to mend that; null when there is one.</param>
    /// <returns>The picture, owned by the caller; null with a problem.</returns>
    public static Mat? ToEightBits(Mat deep, SaidDepth said, int? setting, out string? problem)
    {
        using (Mat flat = deep.Reshape(1))
        {
            Cv2.MinMaxLoc(flat, out _, out double largest);
            if (White(deep, (int)largest, said, setting, out problem) is { } white)
            {
                var eight = new Mat();
                deep.ConvertTo(eight, MatType.CV_8U, 255.0 / white);
                return eight;
            }
        }
        return null;
    }

    /// <summary>The value that is white; null with a problem.</summary>
    private static int? White(Mat deep, int largest, SaidDepth said, int? setting, out string? problem)
    {
        problem = null;
        if (setting is { } bits)
        {
            if (largest <= LargestOf(bits))
                return LargestOf(bits);
            problem = string.Create(CultureInfo.InvariantCulture,
                $"The picture holds the value {largest:N0}, and BitDepth {bits} allows {LargestOf(bits):N0} at most. "
                + $"Set BitDepth to what the camera gives; 16 where the values fill the upper bits.");
            return null;
        }
        if (said.Storage == SampleStorage.Packed)
            return LargestOf(said.Bits) << Most - said.Bits;
        if (said.Bits is >= Fewest and < Most && largest <= LargestOf(said.Bits)
            && (said.Storage == SampleStorage.Bare || !IsSpread(deep, said.Bits)))
            return LargestOf(said.Bits);
        long bright = largest >= Beyond14Bits ? BrightValues(deep) : 0;
        if (bright > LeastBright * deep.Width * deep.Height * deep.Channels())
            return LargestOf(Most);
        string few = bright == 0
            ? string.Create(CultureInfo.InvariantCulture, $"none of its values is above {largest:N0}")
            : string.Create(CultureInfo.InvariantCulture, $"only {bright:N0} of its values are above {Beyond14Bits - 1:N0}");
        problem = $"The picture has 16 bits a value, but {few} of 65,535, so that it would be read as dark or nearly black. "
            + "Set BitDepth (for inspect --bit-depth) to the bits that the camera really gives (10, 12 or 14), "
            + "or to 16 where the picture is truly so dark.";
        return null;
    }

    private static int LargestOf(int bits) => (1 << bits) - 1;

    private static unsafe long BrightValues(Mat deep)
    {
        long bright = 0;
        int values = deep.Width * deep.Channels(), height = deep.Height;
        for (int row = 0; row < height; row++)
        {
            foreach (ushort value in new ReadOnlySpan<ushort>((void*)deep.Ptr(row), values))
                bright += value >= Beyond14Bits ? 1 : 0;
        }
        return bright;
    }

    /// <summary>
    /// Whether a picture uses only values that arise when so many bits are spread over 16, as the PNG specification asks for with
    /// <c>sBIT</c>: the picture then fills the range. Programs that write the bare values with the same <c>sBIT</c> leave no gaps between
    /// values.
    /// </summary>
    private static unsafe bool IsSpread(Mat deep, int bits)
    {
        double step = (double)LargestOf(Most) / LargestOf(bits);
        int values = deep.Width * deep.Channels();
        int height = deep.Height;
        for (int row = 0; row < height; row++)
        {
            foreach (ushort value in new ReadOnlySpan<ushort>((void*)deep.Ptr(row), values))
            {
                // If the bits were shifted, or copied into the lower bits, a value lies at most one off the exact step.
                if (Math.Abs(value - Math.Round(value / step) * step) > 1)
                    return false;
            }
        }
        return true;
    }
}
