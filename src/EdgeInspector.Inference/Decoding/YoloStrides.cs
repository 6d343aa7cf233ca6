using System.Globalization;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// How many boxes a YOLO network of v5 and later has: so many for each cell of grids that are 8, 16 and 32 pixels wide. The number tells
/// such a network from others whose outputs only have a like shape.
/// </summary>
internal static class YoloStrides
{
    private static readonly int[][] Known = [[8, 16, 32], [8, 16, 32, 64], [4, 8, 16, 32]];

    /// <summary>True when a picture of this size gives so many boxes.</summary>
    /// <param name="boxes">How many there are.</param>
    /// <param name="perCell">1 for v8 and later, 3 for v5.</param>
    /// <param name="width">Width of the network's picture, pixels.</param>
    /// <param name="height">Height of the network's picture, pixels.</param>
    public static bool Give(int boxes, int perCell, int width, int height) =>
        Known.Any(strides => boxes == perCell * strides.Sum(stride => Cells(width, stride) * Cells(height, stride)));

    /// <summary>The expected numbers of boxes, for messages.</summary>
    public static string Expected(int perCell, int width, int height) => string.Join(" or ", Known.Select(strides =>
        (perCell * strides.Sum(stride => Cells(width, stride) * Cells(height, stride))).ToString(CultureInfo.InvariantCulture)));

    private static int Cells(int side, int stride) => (side + stride - 1) / stride;
}
