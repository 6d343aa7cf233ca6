namespace EdgeInspector.Inference.Sessions;

/// <summary>What a place in the queue stands for, when it may be run together with others. The queue calls it while it holds its lock.</summary>
internal interface IRunMember
{
    /// <summary>How many run together at most, this one included.</summary>
    int Most { get; }

    /// <summary>Takes another one's input in.</summary>
    /// <param name="other">Who waits.</param>
    /// <param name="index">Its number in the run, from 1; this one is 0.</param>
    /// <returns>False when the two can't run together.</returns>
    bool TakeIn(IRunMember other, int index);

    /// <summary>Hands what the run gave for another one to it.</summary>
    /// <param name="other">Who was taken in, and still waits.</param>
    /// <param name="index">Its number in the run.</param>
    /// <param name="count">How many ran together.</param>
    void HandBack(IRunMember other, int index, int count);
}
