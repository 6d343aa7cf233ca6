using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>The outcome of reading an image into a frame: the frame, or a sentence that says why there is none.</summary>
/// <param name="Frame">The picture with one reference, owned by the caller, stamped by nobody yet; null when it could not be read.</param>
/// <param name="Problem">What is wrong with the file and how to mend it, without its path; null when it was read.</param>
public readonly record struct ImageReading(Frame? Frame, string? Problem);

/// <summary>The outcome of decoding an image.</summary>
/// <param name="Image">8-bit BGR, owned by the caller; null when it could not be read.</param>
/// <param name="Problem">What is wrong with the file; null when it was read.</param>
/// <param name="IsProvablyComplete">True when the end of the picture was found in the file, so that nobody is still writing it.</param>
internal readonly record struct ImageDecoding(Mat? Image, string? Problem, bool IsProvablyComplete);
