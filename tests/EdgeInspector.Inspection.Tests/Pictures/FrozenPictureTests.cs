using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.Tests.Pictures;

public sealed class FrozenPictureTests : IDisposable
{
    private const int Side = 128;
    private const int Repeats = 3;

    private readonly FramePool _pool = new();
    private readonly FrozenPicture _frozen = new(Repeats);
    private readonly Random _random = new(11);
    private readonly byte[] _scene = new byte[Side * Side * 3];

    public FrozenPictureTests()
    {
        for (int i = 0; i < _scene.Length; i++)
            _scene[i] = (byte)(60 + i / 97 % 120);
    }

    public void Dispose() => _pool.Dispose();

    private bool Show(byte[] pixels)
    {
        Frame frame = _pool.Rent(Side, Side);
        pixels.CopyTo(frame.Writable);
        bool isFrozen = _frozen.Shows(frame.View);
        frame.Release();
        return isFrozen;
    }

    /// <summary>The scene with each value up to so many levels off.</summary>
    private byte[] Rendered(int off) => [.. _scene.Select(value => (byte)(value + _random.Next(-off, off + 1)))];

    private void Freeze()
    {
        Show(_scene);
        for (int i = 1; i < Repeats; i++)
            Assert.False(Show(_scene));
        Assert.True(Show(_scene));
    }

    [Fact]
    public void An_encoder_that_renders_the_frozen_scene_anew_every_second_does_not_make_it_live()
    {
        Freeze();
        for (int second = 0; second < 5; second++)
        {
            // A whole picture, what refines it, a while in which less and less changes, and repetitions.
            Assert.True(Show(Rendered(2)));
            byte[] refined = Rendered(1);
            Assert.True(Show(refined));
            for (int i = 0; i < 20; i++)
            {
                refined[(i * 64 + second) % refined.Length] ^= 1;
                Assert.True(Show(refined));
            }
        }
    }

    [Fact]
    public void Something_that_moves_anywhere_makes_it_live_at_once()
    {
        Freeze();
        byte[] moved = [.. _scene];
        // Twenty pixels square, in a corner.
        for (int row = 0; row < 20; row++)
            Array.Fill(moved, (byte)250, row * Side * 3, 60);
        Assert.False(Show(moved));
        Assert.False(Show(moved));
    }

    [Fact]
    public void The_noise_of_a_sensor_makes_it_live_after_a_few_pictures_also_where_nothing_moves()
    {
        Freeze();
        int pictures = 1;
        while (Show(Rendered(2)))
            Assert.InRange(++pictures, 1, 6);
        Assert.Equal(5, pictures);
    }

    [Fact]
    public void A_camera_with_noise_is_never_frozen()
    {
        for (int i = 0; i < 100; i++)
            Assert.False(Show(Rendered(1)));
    }
}
