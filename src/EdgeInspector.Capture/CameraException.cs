using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Capture;

/// <summary>A camera could not be opened or read. The message says what, where and how to mend it.</summary>
public sealed class CameraException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <param name="what">What is wrong, which has a code of its own.</param>
    internal CameraException(Said what)
        : this(what.Text)
    {
        What = what;
    }

    /// <summary>What is wrong; null: only the message says it.</summary>
    internal Said? What { get; }
}
