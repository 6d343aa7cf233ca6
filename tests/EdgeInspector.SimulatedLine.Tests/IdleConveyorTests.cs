using EdgeInspector.Capture;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Triggers;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine.Tests;

/// <summary>
/// Whether part presence is not misled by what a true camera does to a picture: a belt that moves, noise, and the compression of a network
/// camera.
/// </summary>
public sealed class IdleConveyorTests
{
    private const int FramesPerPart = 25;

    [Theory]
    [InlineData(null)]
    [InlineData(85)]
    [InlineData(30)]
    public void Each_part_arrives_once_and_the_moving_belt_never_does_also_through_a_network_camera_that_compresses(int? jpegQuality)
    {
        using var renderer = new PartRenderer();
        using Mat picture = new();
        using var frames = new FramePool();
        var presence = new PresenceDetector(new PresenceOptions(), TimeProvider.System);
        var line = new PartLine(seed: 3);
        long number = 0;

        bool Arrives()
        {
            if (jpegQuality is { } quality)
            {
                Cv2.ImEncode(".jpg", picture, out byte[] jpeg, new ImageEncodingParam(ImwriteFlags.JpegQuality, quality));
                using Mat decoded = Cv2.ImDecode(jpeg, ImreadModes.Color);
                decoded.CopyTo(picture);
            }
            Frame frame = frames.Rent(picture.Width, picture.Height);
            FramePixels.Copy(picture, frame);
            frame.Stamp(++number * TimeProvider.System.TimestampFrequency / FramesPerPart, default, number);
            bool arrives = presence.Arrives(frame);
            frame.Release();
            return arrives;
        }

        for (int i = 0; i < 40; i++)
        {
            renderer.RenderEmpty(picture, i * 23, i);
            Assert.False(Arrives(), $"belt, frame {i}");
        }
        for (int part = 0; part < 4; part++)
        {
            int arrivals = 0;
            for (int step = 0; step < FramesPerPart; step++)
            {
                renderer.Render(line.Part(part), picture, SimulatedCamera.Spacing / FramesPerPart * (step - FramesPerPart / 2), number);
                arrivals += Arrives() ? 1 : 0;
            }
            Assert.Equal(1, arrivals);
        }
    }
}
