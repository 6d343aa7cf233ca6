using System.Runtime.CompilerServices;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenCvSharp;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// Turns frames into the network's input tensor: OpenCV resizes into a reused 8-bit picture, one pass fills a reused native tensor.
/// Owns both; they are only made anew when the frames' size changes that of the input. One caller at a time.
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

    private Tile _tile;
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
            if (_tensor is null || _resized is null || (geometry.InputWidth, geometry.InputHeight) != (Geometry.InputWidth, Geometry.InputHeight))
            {
                // Forgotten first: should there be no memory, the next frame tries again.
                _tile = default;
                Renew(geometry.InputWidth, geometry.InputHeight);
                renewed = true;
            }
            (Geometry, _tile) = (geometry, tile);
        }
        Cv2.Resize(_mats.View(frame, Geometry), _resized!, new Size(Geometry.InputWidth, Geometry.InputHeight), 0, 0, _interpolation);
        Span<byte> bytes = _tensor!.GetTensorMutableRawData();
        fixed (byte* tensor = bytes)
        {
            switch (_table.Type)
            {
                case TensorElementType.Float when input.ChannelsFirst:
                    TensorFill.Planar(_resized!.DataPointer, Geometry.InputWidth * Geometry.InputHeight, _table, (float*)tensor);
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
        return renewed;
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
        _resized = new Mat(height, width, MatType.CV_8UC3);
        _tensor = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.Type, input.ShapeFor(width, height));
    }

    private void Free()
    {
        _resized?.Dispose();
        _tensor?.Dispose();
        (_resized, _tensor) = (null, null);
    }
}
