using EdgeInspector.Inspection.Frames;
using OpenCvSharp;
using OpenCvSharp.Internal;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// The network's picture before it becomes a tensor: 8-bit BGR, resized by OpenCV, cut or padded. Owns and keeps the picture's native
/// memory. One caller at a time.
/// </summary>
/// <param name="interpolation">How pixels between pixels are computed.</param>
internal sealed unsafe class ResizedPicture(Interpolation interpolation) : IDisposable
{
    private readonly InterpolationFlags _flags = interpolation switch
    {
        Interpolation.Area => InterpolationFlags.Area,
        Interpolation.Cubic => InterpolationFlags.Cubic,
        _ => InterpolationFlags.Linear,
    };

    // One for each size of the crop and of the picture, wherever the crop lies.
    private readonly Dictionary<InputGeometry, AntialiasedResize> _antialiased = [];
    private Mat? _resized;
    private OutputArray? _resizedAsOutput;
    private Mat? _cut;
    private Mat? _grey;

    // The Mat that holds the picture made last.
    private Mat? _made;

    /// <summary>Makes the picture of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="views">OpenCV's views of the frame's crops.</param>
    /// <param name="geometry">Which part of the frame is brought to which size, and which part of the result counts.</param>
    /// <returns>Input width × height pixels without gaps, valid until the next call.</returns>
    /// <exception cref="OpenCVException">The resize failed.</exception>
    public byte* Make(Frame frame, FrameMats views, in InputGeometry geometry)
    {
        if (interpolation != Interpolation.Antialiased)
            return Make(views.View(frame, geometry), geometry);
        InputGeometry sizes = geometry with { CropLeft = 0, CropTop = 0 };
        if (!_antialiased.TryGetValue(sizes, out AntialiasedResize? resize))
        {
            // A camera that changes its size again and again must not fill the memory.
            if (_antialiased.Count == Tiling.TileGrid.MostTiles)
                _antialiased.Clear();
            _antialiased[sizes] = resize = new AntialiasedResize(geometry);
        }
        _made = Padded(geometry);
        Tiling.Tile filled = geometry.Filled;
        resize.Run(
            (byte*)frame.Data + ((nint)geometry.CropTop * frame.Stride) + (geometry.CropLeft * 3), frame.Stride,
            _made.DataPointer + (3 * (((nint)filled.Top * geometry.InputWidth) + filled.Left)));
        return _made.DataPointer;
    }

    /// <summary>Makes the picture of a crop with OpenCV.</summary>
    /// <param name="crop">The rectangle of the frame.</param>
    /// <param name="geometry">To which size the crop is brought, and which part of the result counts.</param>
    /// <returns>Input width × height pixels without gaps, valid until the next call.</returns>
    /// <exception cref="OpenCVException">The resize failed.</exception>
    public byte* Make(InputArray crop, in InputGeometry geometry)
    {
        ScaledWindow window = geometry.Window ?? new ScaledWindow(geometry.InputWidth, geometry.InputHeight, 0, 0);
        Resize(crop, window.Width, window.Height);
        _made = geometry.Window is null ? _resized! : Cut(window, geometry);
        return _made.DataPointer;
    }

    /// <summary>The picture made last in grey, by the weights of ITU-R BT.601 as OpenCV and Pillow have them: one byte a pixel.</summary>
    public byte* Grey()
    {
        Cv2.CvtColor(_made!, _grey ??= new Mat(), ColorConversionCodes.BGR2GRAY);
        return _grey.DataPointer;
    }

    public void Dispose()
    {
        _resizedAsOutput?.Dispose();
        _resized?.Dispose();
        _cut?.Dispose();
        _grey?.Dispose();
        (_resized, _resizedAsOutput, _cut, _grey, _made) = (null, null, null, null, null);
    }

    /// <summary>Resizes like Cv2.Resize, but without the object that Cv2.Resize makes for the result and throws away each time.</summary>
    private void Resize(InputArray crop, int width, int height)
    {
        _resized ??= new Mat(height, width, MatType.CV_8UC3);
        _resizedAsOutput ??= OutputArray.Create(_resized);
        NativeMethods.HandleException(NativeMethods.imgproc_resize(
            crop.CvPtr, _resizedAsOutput.CvPtr, new Size(width, height), 0, 0, (int)_flags));
        GC.KeepAlive(crop);
    }

    /// <summary>A picture of the network's size that is grey where the frame will not cover it.</summary>
    private Mat Padded(in InputGeometry geometry)
    {
        _cut ??= new Mat();
        _cut.Create(geometry.InputHeight, geometry.InputWidth, MatType.CV_8UC3);
        Tiling.Tile filled = geometry.Filled;
        if (filled.Width != geometry.InputWidth || filled.Height != geometry.InputHeight)
            new Span<byte>(_cut.DataPointer, 3 * geometry.InputWidth * geometry.InputHeight).Fill(FrameTensor.Padding);
        return _cut;
    }

    private Mat Cut(in ScaledWindow window, in InputGeometry geometry)
    {
        Mat cut = Padded(geometry);
        Tiling.Tile filled = geometry.Filled;
        int rowBytes = 3 * filled.Width;
        for (int y = 0; y < filled.Height; y++)
        {
            byte* from = _resized!.DataPointer + (3 * (((nint)(window.Top + filled.Top + y) * window.Width) + window.Left + filled.Left));
            byte* to = cut.DataPointer + (3 * (((nint)(filled.Top + y) * geometry.InputWidth) + filled.Left));
            Buffer.MemoryCopy(from, to, rowBytes, rowBytes);
        }
        return cut;
    }
}
