using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>Notes what each frame said and gives its memory back at once.</summary>
internal sealed class RecordingSink : IFrameSink
{
    private readonly Lock _gate = new();
    private readonly List<Picture> _pictures = [];

    /// <summary>Runs in <see cref="Accept"/>, on the capture thread, before the frame is released.</summary>
    public Action<Frame, CancellationToken>? OnAccept { get; set; }

    /// <summary>Whether a picture that is offered is needed; all are when it is left out.</summary>
    public Func<int, bool>? IsNeeded { get; set; }

    /// <summary>Pictures offered before they were copied.</summary>
    public int Offered { get; private set; }

    public bool Needs(in FrameView picture, bool mayWait, CancellationToken stop)
    {
        Offered++;
        return IsNeeded?.Invoke(picture.Row(0)[0]) ?? true;
    }

    public IReadOnlyList<Picture> Pictures
    {
        get
        {
            lock (_gate)
                return [.. _pictures];
        }
    }

    public int Count => Pictures.Count;

    private static int PagesOf(Frame frame)
    {
        int pages = 0;
        for (Frame? page = frame; page is not null; page = page.NextPage)
            pages++;
        return pages;
    }

    public void Accept(Frame frame, bool mayWait, CancellationToken stop)
    {
        try
        {
            lock (_gate)
            {
                _pictures.Add(new Picture(frame.Sequence, frame.CapturedAt, frame.CapturedAtWall, frame.Label, frame.Width, frame.Height,
                    frame.Pixels[..3].ToArray(), mayWait, Thread.CurrentThread.Name, frame.Pixels[^3], PagesOf(frame)));
            }
            OnAccept?.Invoke(frame, stop);
        }
        finally
        {
            frame.Release();
        }
    }
}

internal sealed record Picture(long Sequence, long CapturedAt, DateTimeOffset CapturedAtWall, string? Label, int Width, int Height,
    byte[] FirstPixel, bool MayWait, string? Thread, byte LastByte, int Pages);
