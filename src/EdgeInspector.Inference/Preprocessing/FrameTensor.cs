using System.Runtime.CompilerServices;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenCvSharp;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// Turns frames into the network's input tensor in reused native memory: in one pass where the processor, the interpolation and the tensor allow it; else OpenCV resizes into an
/// 8-bit picture, and a second pass fills the tensor. Both are only made anew when the frames' size changes that of the input. One caller at a time.
/// </summary>
internal sealed unsafe class FrameTensor(TensorInput input, PreprocessingPlan plan) : IDisposable
{
    private readonly PixelTable _table = PixelTable.For(plan, input.Type);
    private readonly FrameMats _mats = new();
    private readonly InterpolationFlags _interpolation = plan.Interpolation switch
    {
        Interpolation.Area => InterpolationFlags.Area,
        Interpolation.Cubic => InterpolationFlags.Cubic,
        _ => InterpolationFlags.Linear,
    };

    // Equal for all tiles of one size, wherever they lie.
    private readonly Dictionary<(int, int, int, int), BilinearFill> _bilinear = [];
    private readonly bool _isBilinear = plan.Interpolation == Interpolation.Linear && input is { Type: TensorElementType.Float, ChannelsFirst: true };

    private Tile _tile;
    private BilinearFill? _onePass;
    private Mat? _resized;
    private OrtValue? _tensor;

    /// <summary>The geometry of the last tile.</summary>
    public InputGeometry Geometry { get; private set; }

    /// <summary>The input tensor; replaced when <see cref="Fill"/> returns true.</summary>
    public OrtValue Tensor => _tensor ?? throw new InvalidOperationException("No frame was filled in yet.");

    /// <summary>Fills the tensor from a tile of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="tile">Within the frame.</param>
    /// <returns>True when the tensor was made anew because its size changed.</returns>
    /// <exception cref="OpenCVException">The resize failed.</exception>
    public bool Fill(Frame frame, in Tile tile)
    {
        bool renewed = false;
        if (_tile != tile)
        {
            InputGeometry geometry = InputGeometry.For(plan, tile, input.Width, input.Height);
            if (_tensor is null || (geometry.InputWidth, geometry.InputHeight) != (Geometry.InputWidth, Geometry.InputHeight))
            {
                // Forgotten first: should there be no memory, the next frame tries again.
                _tile = default;
                Renew(geometry.InputWidth, geometry.InputHeight);
                renewed = true;
            }
            (Geometry, _tile) = (geometry, tile);
            _onePass = _isBilinear && BilinearFill.CanDo(geometry) ? OnePass(geometry) : null;
        }
        Span<byte> bytes = _tensor!.GetTensorMutableRawData();
        fixed (byte* tensor = bytes)
        {
            if (_onePass is null)
                Resize(frame, tensor);
            else
                _onePass.Fill((byte*)frame.Data + (nint)Geometry.CropTop * frame.Stride + Geometry.CropLeft * 3, frame.Stride, _table, (float*)tensor);
        }
        return renewed;
    }

    private BilinearFill OnePass(in InputGeometry geometry)
    {
        (int, int, int, int) sizes = (geometry.CropWidth, geometry.CropHeight, geometry.InputWidth, geometry.InputHeight);
        if (_bilinear.TryGetValue(sizes, out BilinearFill? known))
            return known;
        // As many as there may be tiles; a camera that changes its size again and again must not fill the memory.
        if (_bilinear.Count == TileGrid.MostTiles)
            _bilinear.Clear();
        return _bilinear[sizes] = new BilinearFill(geometry);
    }

    /// <summary>The way of two passes.</summary>
    private void Resize(Frame frame, byte* tensor)
    {
        _resized ??= new Mat(Geometry.InputHeight, Geometry.InputWidth, MatType.CV_8UC3);
        Cv2.Resize(_mats.View(frame, Geometry), _resized, new Size(Geometry.InputWidth, Geometry.InputHeight), 0, 0, _interpolation);
        switch (_table.Type)
        {
            case TensorElementType.Float when input.ChannelsFirst:
                TensorFill.Planar(_resized.DataPointer, Geometry.InputWidth * Geometry.InputHeight, _table, (float*)tensor);
                break;
            case TensorElementType.Float:
                Fill(_table.Singles, (float*)tensor);
                break;
            case TensorElementType.Float16:
                Fill(_table.Halves, (ushort*)tensor);
                break;
            default:
                Fill(_table.Bytes, tensor);
                break;
        }
    }

    public void Dispose()
    {
        _mats.Dispose();
        Free();
    }

    private void Fill<T>(T[] values, T* tensor) where T : unmanaged
    {
        int count = Geometry.InputWidth * Geometry.InputHeight;
        fixed (T* table = values)
        {
            if (input.ChannelsFirst)
                TensorFill.Planar(_resized!.DataPointer, count, table, _table.BlueFirst, tensor);
            else
                TensorFill.Interleaved(_resized!.DataPointer, count, table, _table.BlueFirst, tensor);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Renew(int width, int height)
    {
        Free();
        _tensor = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.Type, input.ShapeFor(width, height));
    }

    private void Free()
    {
        _resized?.Dispose();
        _tensor?.Dispose();
        (_resized, _tensor) = (null, null);
    }
}
