using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Predictions;

/// <summary>A model package loaded, warmed and running in this process. The core does not know which engine runs it.</summary>
public interface IGeneration : IDisposable
{
    /// <summary>The model that runs, for events, state and logs.</summary>
    ModelIdentity Model { get; }

    /// <summary>Fills <paramref name="predictions"/> (cleared first), highest probability first. One caller at a time.</summary>
    /// <param name="frame">The picture; only read during the call.</param>
    /// <param name="predictions">Reused by the caller from part to part.</param>
    /// <param name="deadline">
    /// When the part is due, in ticks of the clock: where several stations wait for one device, the part that is due first goes first.
    /// Null: the prediction neither waits for others nor do others wait for it, as for trials and shadow runs.
    /// </param>
    /// <returns>Where the time went.</returns>
    /// <exception cref="PredictionException">The model could not be run on this frame.</exception>
    PredictionTiming Predict(Frame frame, List<Prediction> predictions, long? deadline = null);

    /// <summary>
    /// Asks a prediction that does not return to give up; that prediction then fails. Called on another thread. An engine need not support
    /// this, and a prediction may go on all the same.
    /// </summary>
    void Interrupt()
    {
    }

    /// <summary>
    /// A copy of what the last prediction found conspicuous, for the evidence; null for models that do not tell. Called after the signal,
    /// by the caller of <see cref="Predict"/>.
    /// </summary>
    HeatMap? LastHeat() => null;
}
