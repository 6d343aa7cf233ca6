using EdgeInspector.Inspection.Predictions;
using OpenCvSharp;

namespace EdgeInspector.Inference.Decoding;

/// <summary>A connected region of a map whose values reach a level.</summary>
/// <param name="Box">The box around the region, in shares of the map.</param>
/// <param name="Area">Share of the map's cells that belong to it.</param>
/// <param name="Peak">The region's highest value.</param>
internal readonly record struct HotRegion(BoundingBox Box, float Area, float Peak);

/// <summary>Finds the regions of a map that reach a level. Keeps its memory from part to part. One caller at a time.</summary>
/// <param name="most">The most regions returned, strongest first.</param>
internal sealed unsafe class HotRegions(int most) : IDisposable
{
    private readonly List<HotRegion> _regions = [];

    private readonly Mat _hot = new();
    private readonly Mat _labels = new();
    private readonly Mat _statistics = new();
    private readonly Mat _centroids = new();
    private float[] _peaks = [];

    /// <summary>The regions, strongest first; valid until the next call.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="width">Cells in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="level">The value that a cell must reach.</param>
    public IReadOnlyList<HotRegion> Find(ReadOnlySpan<float> values, int width, int height, float level)
    {
        _regions.Clear();
        _hot.Create(height, width, MatType.CV_8UC1);
        byte* cells = _hot.DataPointer;
        for (int i = 0; i < values.Length; i++)
            cells[i] = values[i] >= level ? (byte)1 : (byte)0;
        int count = Cv2.ConnectedComponentsWithStats(_hot, _labels, _statistics, _centroids);
        if (_peaks.Length < count)
            _peaks = new float[count];
        Span<float> peaks = _peaks.AsSpan(0, count);
        peaks.Clear();
        int* label = (int*)_labels.DataPointer;
        for (int i = 0; i < values.Length; i++)
            peaks[label[i]] = Math.Max(peaks[label[i]], values[i]);
        // The first component is everything that is not hot.
        for (int i = 1; i < count; i++)
            _regions.Add(Region((int*)_statistics.Ptr(i), width, height, peaks[i]));
        _regions.Sort(static (a, b) => b.Peak != a.Peak ? b.Peak.CompareTo(a.Peak) : b.Area.CompareTo(a.Area));
        if (_regions.Count > most)
            _regions.RemoveRange(most, _regions.Count - most);
        return _regions;
    }

    public void Dispose()
    {
        _hot.Dispose();
        _labels.Dispose();
        _statistics.Dispose();
        _centroids.Dispose();
    }

    // Left, top, width, height, cells: OpenCV's ConnectedComponentsTypes.
    private static HotRegion Region(int* statistics, int width, int height, float peak) => new(
        new BoundingBox(
            (float)statistics[0] / width, (float)statistics[1] / height, (float)statistics[2] / width, (float)statistics[3] / height),
        (float)statistics[4] / (width * height),
        peak);
}
