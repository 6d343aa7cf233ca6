using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Capture;

/// <summary>Copies a picture of any common form into a frame's memory.</summary>
public static class FramePixels
{
    /// <summary>Looks at a picture where it lies.</summary>
    /// <param name="image">The picture; must outlive the view.</param>
    /// <param name="capturedAt">When the picture was taken, in ticks of the station's clock.</param>
    /// <param name="view">The view, when there is one.</param>
    /// <returns>False when the picture has not 8 bits a channel with 1, 3 or 4 channels: then only its copy can be looked at.</returns>
    public static bool TryView(Mat image, long capturedAt, out FrameView view)
    {
        MatType type = image.Type();
        bool isPlain = type.Depth == MatType.CV_8U && type.Channels is (1 or 3 or 4);
        view = isPlain ? new FrameView(image.Data, image.Width, image.Height, image.Step(), type.Channels, capturedAt) : default;
        return isPlain;
    }

    /// <summary>
    /// Fills <paramref name="frame"/> with 8-bit BGR: grey becomes three equal channels, alpha is dropped, 16 bits are scaled by the range
    /// that their values use.
    /// </summary>
    /// <param name="image">Unsigned 8 or 16 bits a channel; 1, 3 or 4 channels; the frame's size.</param>
    /// <param name="frame">The frame to fill; not yet handed on.</param>
    /// <param name="bitDepth">How many bits 16-bit values use, 9 to 16; null: all, and a picture that may be dark by mistake is
    /// refused.</param>
    /// <exception cref="CameraException">The picture has another form, or it is not known how bright it is.</exception>
    public static void Copy(Mat image, Frame frame, int? bitDepth = null)
    {
        if (image.Width != frame.Width || image.Height != frame.Height)
            throw new ArgumentException(
                $"The picture is {image.Width}x{image.Height}, the frame {frame.Width}x{frame.Height}.", nameof(image));
        MatType type = image.Type();
        if (type == MatType.CV_8UC3)
        {
            CopyRows(image, frame);
            return;
        }
        if (type.Depth is not (MatType.CV_8U or MatType.CV_16U) || type.Channels is not (1 or 3 or 4))
            throw new CameraException($"The camera gives pictures of the form {type}; 8 or 16 bits with 1, 3 or 4 channels can be used. "
                + "Choose another FourCc or file type.");
        using Mat target = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);
        Mat eight = image;
        try
        {
            if (type.Depth == MatType.CV_16U)
            {
                eight = SampleDepth.ToEightBits(image, default, bitDepth, out string? problem) ?? throw new CameraException(problem!);
            }
            switch (type.Channels)
            {
                case 1:
                    Cv2.CvtColor(eight, target, ColorConversionCodes.GRAY2BGR);
                    break;
                case 4:
                    Cv2.CvtColor(eight, target, ColorConversionCodes.BGRA2BGR);
                    break;
                default:
                    eight.CopyTo(target);
                    break;
            }
        }
        finally
        {
            if (!ReferenceEquals(eight, image))
                eight.Dispose();
        }
    }

    private static unsafe void CopyRows(Mat image, Frame frame)
    {
        long step = image.Step();
        byte* from = image.DataPointer;
        byte* to = (byte*)frame.Data;
        if (step == frame.Stride)
        {
            Buffer.MemoryCopy(from, to, frame.ByteCount, frame.ByteCount);
            return;
        }
        for (int row = 0; row < frame.Height; row++)
            Buffer.MemoryCopy(from + row * step, to + (long)row * frame.Stride, frame.Stride, frame.Stride);
    }
}
