using BenchmarkDotNet.Running;
using EdgeInspector.Benchmarks.Deadline;
using EdgeInspector.Benchmarks.HotPath;
using EdgeInspector.Benchmarks.References;
using EdgeInspector.Benchmarks.Resizing;
using EdgeInspector.Benchmarks.StartUp;
using EdgeInspector.Benchmarks.Swapping;

// "hot-path [parts]" measures the whole way of a part, "deadline [parts]" how punctually a model that is too slow is answered for,
// "swap [seconds]" what swapping models costs the parts, "resize [parts]" what the ways of resizing do to time and verdicts,
// "start-up [runs] [--program PATH]" how long the first verdict takes, "reference [parts]" what the picture gate lets through
// with and without a reference; anything else goes to BenchmarkDotNet: --filter '*Predict*' --inProcess
if (args is ["hot-path", ..])
    return await HotPathBenchmark.RunAsync(args[1..]);
if (args is ["deadline", ..])
    return await DeadlineBenchmark.RunAsync(args[1..]);
if (args is ["swap", ..])
    return await SwapBenchmark.RunAsync(args[1..]);
if (args is ["resize", ..])
    return ResizeBenchmark.Run(args[1..]);
if (args is ["reference", ..])
    return ReferenceFigures.Run(args[1..]);
if (args is ["start-up", ..])
    return await StartUpBenchmark.RunAsync(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(EdgeInspector.Benchmarks.LoneStation).Assembly).Run(args);
return 0;
