namespace EdgeInspector.Capture;

/// <summary>A camera could not be opened or read. The message says what, where and how to mend it.</summary>
public sealed class CameraException(string message, Exception? inner = null) : Exception(message, inner);
