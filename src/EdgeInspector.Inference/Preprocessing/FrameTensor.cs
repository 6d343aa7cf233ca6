using System.Runtime.CompilerServices;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenCvSharp;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// Turns frames into the network's input tensor, which has room for one picture or for several that run at once: in one pass where
/// processor, interpolation and tensor allow it; else OpenCV resizes into a reused 8-bit picture, and a second pass fills the tensor. All
/// memory is native and only made anew when the frames' size changes that of the input. One caller at a time.
/// </summary>
/// <param name="input">The network's input.</param>
/// <param name="plan">How pictures are brought to the input.</param>
/// <param name="most">Room for so many pictures.</param>
/// <param name="area">The area of the frame that counts, when pixels outside of it are to be made grey; owned by the caller.</param>
internal sealed unsafe class FrameTensor(TensorInput input, PreprocessingPlan plan, int most = 1, InspectedArea? area = null) : IDisposable
{
    /// <summary>What pixels outside of the inspected area are set to, in all three channels: the middle of their range.</summary>
    public const byte Neutral = 128;

    /// <summary>
    /// What a picture is padded with in all three channels where its ratio is kept: the grey that Ultralytics trains with.
    /// </summary>
    public const byte Padding = 114;

    private readonly PixelTable _table = PixelTable.For(plan, input.Type);
    private readonly FrameMats _mats = new();
    // The tensor for n pictures is at n - 1; all tensors use the memory of the last one, which owns the memory.
    private readonly OrtValue?[] _tensors = new OrtValue?[most];

    // One for all tiles of the same size, wherever they lie.
    private readonly Dictionary<InputGeometry, BilinearFill> _bilinear = [];
    private readonly bool _isBilinear = plan.Interpolation == Interpolation.Linear && area is null
        && input is { Type: TensorElementType.Float, ChannelsFirst: true, IsGrey: false };

    private Tile _tile;
    private BilinearFill? _onePass;
    private ResizedPicture? _resized;

    // The memory of the last tensor, and how many bytes each picture takes; asking ONNX Runtime each time would allocate.
    private byte* _memory;
    private int _pictureBytes;

    /// <summary>Room for so many pictures.</summary>
    public int Most => most;

    /// <summary>The geometry of the tile filled in last.</summary>
    public InputGeometry Geometry { get; private set; }

    /// <summary>The input tensor of the first picture; replaced when <see cref="Fill"/> returns true.</summary>
    public OrtValue Tensor => TensorOf(1);

    /// <summary>The input tensor of the first pictures; replaced when <see cref="Fill"/> returns true.</summary>
    public OrtValue TensorOf(int pictures) => _tensors[pictures - 1] ??= View(pictures);

    /// <summary>One picture's place in the tensor.</summary>
    public Span<byte> Picture(int index) => new(_memory + (nint)index * _pictureBytes, _pictureBytes);

    /// <summary>Where a tile lies and to which size the tile is brought.</summary>
    public InputGeometry GeometryOf(in Tile tile) => InputGeometry.For(plan, tile, input.Width, input.Height);

    /// <summary>Fills one picture's place in the tensor from a tile of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="tile">The tile, within the frame.</param>
    /// <param name="index">Which place of the tensor.</param>
    /// <returns>True when the tensor was made anew because its size changed.</returns>
    /// <exception cref="OpenCVException">The resize failed.</exception>
    public bool Fill(Frame frame, in Tile tile, int index = 0)
    {
        bool renewed = false;
        if (_tile != tile)
        {
            InputGeometry geometry = GeometryOf(tile);
            if (_memory is null || (geometry.InputWidth, geometry.InputHeight) != (Geometry.InputWidth, Geometry.InputHeight))
            {
                // Reset first: if there is no memory, the next frame tries again.
                _tile = default;
                Renew(geometry.InputWidth, geometry.InputHeight);
                renewed = true;
            }
            (Geometry, _tile) = (geometry, tile);
            _onePass = _isBilinear && BilinearFill.CanDo(geometry) ? OnePass(geometry) : null;
        }
        byte* tensor = _memory + (nint)index * _pictureBytes;
        if (_onePass is null)
            FillInTwoPasses(frame, tensor);
        else
            _onePass.Fill(
                (byte*)frame.Data + (nint)Geometry.CropTop * frame.Stride + Geometry.CropLeft * 3, frame.Stride, _table, (float*)tensor);
        return renewed;
    }

    private BilinearFill OnePass(in InputGeometry geometry)
    {
        InputGeometry sizes = geometry with { CropLeft = 0, CropTop = 0 };
        if (_bilinear.TryGetValue(sizes, out BilinearFill? known))
            return known;
        // No more than there may be tiles; a camera that changes its size again and again must not fill the memory.
        if (_bilinear.Count == TileGrid.MostTiles)
            _bilinear.Clear();
        return _bilinear[sizes] = new BilinearFill(geometry);
    }

    private void FillInTwoPasses(Frame frame, byte* tensor)
    {
        byte* pixels = (_resized ??= new ResizedPicture(plan.Interpolation)).Make(frame, _mats, Geometry);
        if (area is not null)
            BlankOutside(area, pixels);
        if (input.IsGrey)
            pixels = _resized.Grey();
        switch (_table.Type)
        {
            case TensorElementType.Float when input is { ChannelsFirst: true, IsGrey: false }:
                TensorFill.Planar(pixels, Geometry.InputWidth * Geometry.InputHeight, _table, (float*)tensor);
                break;
            case TensorElementType.Float:
                Fill(pixels, _table.Singles, (float*)tensor);
                break;
            case TensorElementType.Double:
                Fill(pixels, _table.Doubles, (double*)tensor);
                break;
            case TensorElementType.Float16:
                Fill(pixels, _table.Halves, (ushort*)tensor);
                break;
            default:
                Fill(pixels, _table.Bytes, tensor);
                break;
        }
    }

    public void Dispose()
    {
        _mats.Dispose();
        Free();
    }

    private OrtValue View(int pictures) => _memory is null
        ? throw new InvalidOperationException("No frame was filled in yet.")
        : OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            input.Type,
            input.ShapeFor(pictures, Geometry.InputWidth, Geometry.InputHeight),
            (nint)_memory,
            (long)pictures * _pictureBytes);

    private void BlankOutside(InspectedArea area, byte* pixels)
    {
        foreach (PixelRun run in area.Outside(Geometry))
            new Span<byte>(pixels + 3 * (nint)run.From, 3 * run.Length).Fill(Neutral);
    }

    private void Fill<T>(byte* pixels, T[] values, T* tensor) where T : unmanaged
    {
        int count = Geometry.InputWidth * Geometry.InputHeight;
        fixed (T* table = values)
        {
            if (input.IsGrey)
                TensorFill.Grey(pixels, count, table, tensor);
            else if (input.ChannelsFirst)
                TensorFill.Planar(pixels, count, table, _table.BlueFirst, tensor);
            else
                TensorFill.Interleaved(pixels, count, table, _table.BlueFirst, tensor);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Renew(int width, int height)
    {
        Free();
        OrtValue all = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.Type, input.ShapeFor(most, width, height));
        _tensors[most - 1] = all;
        Span<byte> bytes = all.GetTensorMutableRawData();
        // Native memory, which stays where it is.
        _memory = (byte*)Unsafe.AsPointer(ref bytes[0]);
        _pictureBytes = bytes.Length / most;
    }

    private void Free()
    {
        _resized?.Dispose();
        _resized = null;
        _memory = null;
        for (int i = 0; i < most; i++)
        {
            _tensors[i]?.Dispose();
            _tensors[i] = null;
        }
    }
}
