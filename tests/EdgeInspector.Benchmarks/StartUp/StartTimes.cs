namespace EdgeInspector.Benchmarks.StartUp;

/// <summary>When an agent had come how far, from the start of its process.</summary>
/// <param name="Loaded">Its model was loaded and warm; as its log tells.</param>
/// <param name="Connected">Its station was connected to the broker; as its log tells.</param>
/// <param name="Picture">Its camera gave the first picture; as its log tells. The simulated one first draws its scene.</param>
/// <param name="Signal">The first signal with a verdict of the model was received.</param>
/// <param name="Processor">Processor time that the process had taken by then.</param>
internal sealed record StartTimes(TimeSpan Loaded, TimeSpan Connected, TimeSpan Picture, TimeSpan Signal, TimeSpan Processor);
