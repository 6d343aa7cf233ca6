using BenchmarkDotNet.Running;
using EdgeInspector.Benchmarks.HotPath;

// "hot-path [parts]" measures the whole way of a part; anything else goes to BenchmarkDotNet: --filter '*Predict*' --inProcess
if (args is ["hot-path", ..])
    return await HotPathBenchmark.RunAsync(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
