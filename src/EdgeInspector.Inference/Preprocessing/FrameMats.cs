using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// OpenCV's view of a frame's crop, kept for each tile of a pool's few buffers so that a frame costs no new object. A view holds nothing
/// but the address and the size by which the view is found, so a view that outlives its buffer is never used. One caller at a time.
/// </summary>
internal sealed class FrameMats : IDisposable
{
    // Enough for the frames of a pool, each with the most tiles.
    private const int Capacity = 12 * TileGrid.MostTiles;

    private readonly Dictionary<(nint Data, int Stride, InputGeometry Geometry), InputArray> _inputs = [];
    private readonly List<Mat> _views = [];

    public InputArray View(Frame frame, in InputGeometry geometry)
    {
        var key = (frame.Data, frame.Stride, geometry);
        if (_inputs.TryGetValue(key, out InputArray? input))
            return input;
        if (_views.Count == Capacity)
            Clear();
        nint first = frame.Data + (nint)geometry.CropTop * frame.Stride + geometry.CropLeft * 3;
        Mat view = Mat.FromPixelData(geometry.CropHeight, geometry.CropWidth, MatType.CV_8UC3, first, frame.Stride);
        _views.Add(view);
        return _inputs[key] = InputArray.Create(view);
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (InputArray input in _inputs.Values)
            input.Dispose();
        foreach (Mat view in _views)
            view.Dispose();
        _inputs.Clear();
        _views.Clear();
    }
}
