using Spectre.Console;

namespace EdgeInspector.Printing;

/// <summary>Long work over a list, with a bar where a person watches.</summary>
internal static class ProgressBar
{
    /// <param name="console">Where the bar goes; without a terminal there is no bar.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="items">The items, in this order.</param>
    /// <param name="work">Called for each item.</param>
    /// <param name="done">Called with each result, in order.</param>
    /// <param name="stop">Ends the work between two items.</param>
    public static List<TResult> Run<TItem, TResult>(
        IAnsiConsole console,
        string title,
        IReadOnlyList<TItem> items,
        Func<TItem, TResult> work,
        Action<TResult> done,
        CancellationToken stop)
    {
        var results = new List<TResult>(items.Count);
        void Work(Action step)
        {
            foreach (TItem item in items)
            {
                stop.ThrowIfCancellationRequested();
                TResult result = work(item);
                results.Add(result);
                done(result);
                step();
            }
        }

        if (!console.Profile.Capabilities.Interactive || items.Count < 2)
        {
            Work(static () => { });
            return results;
        }
        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask(title, maxValue: items.Count);
                Work(() => task.Increment(1));
            });
        return results;
    }
}
