using EdgeInspector.Foundation.Text;
using Spectre.Console.Rendering;

namespace EdgeInspector.Printing;

/// <summary>Makes all texts of tables, bars and sentences printable; colours and cursor movements of Spectre.Console stay.</summary>
internal sealed class PrintableRendering : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(renderable => new Cleaned(renderable));

    private sealed class Cleaned(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => inner.Render(options, maxWidth).Select(segment =>
            segment.IsControlCode || segment.IsLineBreak || PrintableText.Lines(segment.Text) is var clean && clean == segment.Text
                ? segment
                : new Segment(clean, segment.Style));
    }
}
