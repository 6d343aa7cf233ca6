using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Web.Predicting;

/// <summary>Keeps a caller's picture after it was answered. Called on a thread that gives way to the line.</summary>
/// <param name="answer">What the model said.</param>
/// <param name="file">The picture as it was brought.</param>
/// <param name="frame">The same, decoded; only read during the call.</param>
internal delegate void KeepPicture(PictureAnswer answer, byte[] file, Frame frame);
