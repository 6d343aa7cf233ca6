using EdgeInspector.Foundation.Text;
using Spectre.Console;

namespace EdgeInspector.Printing;

/// <summary>
/// The one way to the console. Nothing else writes to the console, so that the name of a file, a part or a tag can do nothing but be read.
/// </summary>
internal static class Terminal
{
    private static (TextWriter Writer, IAnsiConsole Console)? _results;
    private static (TextWriter Writer, IAnsiConsole Console)? _messages;

    /// <summary>Tables and sentences on the standard output.</summary>
    public static IAnsiConsole Results => For(Console.Out, ref _results);

    /// <summary>Bars and messages on the standard error.</summary>
    public static IAnsiConsole Messages => For(Console.Error, ref _messages);

    /// <summary>Makes everything printable that the process writes to the console; call this first.</summary>
    public static void Guard()
    {
        // Made before the real writers are replaced: Spectre.Console recognises these by comparison.
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

    /// <summary>A text as the cell of a table: one line, whatever the text holds, of the width that it will have.</summary>
    public static Text Cell(string text, Style? style = null) => new(PrintableText.Of(text), style);
}
