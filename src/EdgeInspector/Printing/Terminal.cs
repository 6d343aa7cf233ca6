using EdgeInspector.Foundation.Text;
using Spectre.Console;

namespace EdgeInspector.Printing;

/// <summary>
/// The one way to the console. Nothing else writes there, so that no name of a file, a part or a tag does more than be read.
/// </summary>
internal static class Terminal
{
    private static (TextWriter Writer, IAnsiConsole Console)? _results;
    private static (TextWriter Writer, IAnsiConsole Console)? _messages;

    /// <summary>Tables and sentences on the standard output.</summary>
    public static IAnsiConsole Results => For(Console.Out, ref _results);

    /// <summary>Bars and messages on the standard error.</summary>
    public static IAnsiConsole Messages => For(Console.Error, ref _messages);

    /// <summary>Has everything that the process writes to the console made printable; call it first.</summary>
    public static void Guard()
    {
        // Before they are hidden: Spectre.Console knows the true ones by comparing.
        (IAnsiConsole results, IAnsiConsole messages) = (On(Console.Out), On(Console.Error));
        Console.SetOut(new PrintableWriter(Console.Out));
        Console.SetError(new PrintableWriter(Console.Error));
        _results = (Console.Out, results);
        _messages = (Console.Error, messages);
    }

    private static IAnsiConsole For(TextWriter writer, ref (TextWriter Writer, IAnsiConsole Console)? known)
    {
        if (known is not { } one || one.Writer != writer)
            known = one = (writer, On(writer));
        return one.Console;
    }

    /// <summary>A console that writes printable text only.</summary>
    internal static IAnsiConsole On(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        console.Pipeline.Attach(new PrintableRendering());
        return console;
    }

    /// <summary>A text as the cell of a table: one line, whatever is in it, of the width that it will have.</summary>
    public static Text Cell(string text, Style? style = null) => new(PrintableText.Of(text), style);
}
