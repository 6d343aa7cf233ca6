using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Benchmarks.Peers;

/// <summary>One way to get from a frame to the classifier's probabilities.</summary>
internal interface IContender : IDisposable
{
    /// <summary>What it is called in the table.</summary>
    string Name { get; }

    /// <summary>Classifies a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="number">Its number among the frames.</param>
    /// <returns>Milliseconds, and the probabilities in the model's order.</returns>
    (double Milliseconds, float[] Outputs) Classify(Frame frame, int number);
}
