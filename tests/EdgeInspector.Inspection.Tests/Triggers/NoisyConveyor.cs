using EdgeInspector.Inspection.Frames;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Inspection.Tests.Triggers;

/// <summary>
/// Pictures of a conveyor with the noise of a sensor, from a free-running camera of 20 pictures a second, on a clock turned by hand.
/// </summary>
internal sealed class NoisyConveyor(int seed = 7) : IDisposable
{
    private readonly FramePool _pool = new();
    private readonly Random _random = new(seed);
    private long _sequence;

    public delegate T Use<T>(in FrameView picture);

    public FakeTimeProvider Time { get; } = new();

    /// <summary>Pixels.</summary>
    public (int Width, int Height) Size { get; set; } = (160, 120);

    /// <summary>From one picture to the next.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Brightness of the belt, 0..255.</summary>
    public double Belt { get; set; } = 60;

    /// <summary>How much the noise spreads in each channel, 0..255: a standard deviation.</summary>
    public double Noise { get; set; } = 4;

    /// <summary>A stamped picture with one reference; a part of brightness 200 covers the shares of the width from left to right.</summary>
    public Frame Take(double left = 0, double right = 0, double part = 200)
    {
        Time.Advance(Period);
        Frame frame = _pool.Rent(Size.Width, Size.Height);
        Span<byte> pixels = frame.Writable;
        for (int at = 0; at < pixels.Length; at++)
        {
            double x = (double)(at / 3 % Size.Width) / Size.Width;
            double value = x >= left && x < right ? part : Belt;
            pixels[at] = (byte)Math.Clamp(value + Noise * Gauss(), 0, 255);
        }
        frame.Stamp(Time.GetTimestamp(), Time.GetUtcNow(), ++_sequence);
        return frame;
    }

    /// <summary>Shows the next picture to somebody.</summary>
    public T Show<T>(Use<T> use, double left = 0, double right = 0, double part = 200)
    {
        Frame frame = Take(left, right, part);
        try
        {
            return use(frame.View);
        }
        finally
        {
            frame.Release();
        }
    }

    public int InUse => _pool.InUse;

    public void Dispose() => _pool.Dispose();

    // The sum of four even numbers is normal enough for a sensor.
    private double Gauss()
    {
        double sum = -2;
        for (int i = 0; i < 4; i++)
            sum += _random.NextDouble();
        return sum * Math.Sqrt(3);
    }
}
