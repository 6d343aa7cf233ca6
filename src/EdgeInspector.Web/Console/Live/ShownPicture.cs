using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Web.Console.Live;

/// <summary>
/// The newest picture of a station as all get it who look: encoded at most five times a second however many they are, and not at all while
/// nobody looks.
/// </summary>
/// <param name="newest">Gives the newest picture, null while there is no new one.</param>
/// <param name="side">The longer side in pixels, at most.</param>
/// <param name="work">Where pictures are encoded.</param>
/// <param name="time">The clock.</param>
internal sealed class ShownPicture(Func<LivePicture?> newest, int side, QuietWork work, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private Task _making = Task.CompletedTask;
    private byte[]? _jpeg;

    // Goes on after a restart, so that a page that was open before gets the new pictures.
    private long _number = time.GetUtcNow().ToUnixTimeMilliseconds();
    private long? _askedAt, _madeAt;

    // On the quiet thread alone.
    private long _shown;

    /// <summary>What the picture measures; null: none was shown yet.</summary>
    public PictureFigures? Figures { get; private set; }

    /// <summary>How old the picture is; zero while there is none.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_gate)
                return _madeAt is { } at ? time.GetElapsedTime(at) : TimeSpan.Zero;
        }
    }

    /// <summary>The newest picture as JPEG, and its number; null: there is none yet.</summary>
    public async Task<(byte[]? Jpeg, long Number)> ReadAsync()
    {
        Task making;
        lock (_gate)
        {
            bool isDue = _making.IsCompleted && (_askedAt is not { } at || time.GetElapsedTime(at) >= Every);
            if (isDue)
            {
                _askedAt = time.GetTimestamp();
                _making = MakeAsync();
            }
            making = _making;
        }
        await making.ConfigureAwait(false);
        lock (_gate)
            return (_jpeg, _number);
    }

    private async Task MakeAsync()
    {
        try
        {
            if (await work.RunAsync(Make).ConfigureAwait(false) is { } made)
            {
                lock (_gate)
                    (_jpeg, Figures, _number, _madeAt) = (made.Jpeg, made.Figures, _number + 1, time.GetTimestamp());
            }
        }
        catch (OpenCvSharp.OpenCVException)
        {
            // A picture that can't be shown is left out; the next one comes.
        }
    }

    private Made? Make()
    {
        if (newest() is not { } picture)
            return null;
        try
        {
            // The camera has given no other picture since.
            if (picture.Marks is null && picture.Frame.Sequence == _shown)
                return null;
            _shown = picture.Frame.Sequence;
            return new Made(SmallPicture.Of(picture.Frame, side, picture.Marks), PictureFigures.Of(picture.Frame));
        }
        finally
        {
            picture.Frame.Release();
        }
    }

    private sealed record Made(byte[] Jpeg, PictureFigures Figures);
}
