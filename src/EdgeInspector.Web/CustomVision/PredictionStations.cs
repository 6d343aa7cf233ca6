using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Web.Calling;

namespace EdgeInspector.Web.CustomVision;

/// <summary>Which station a call of the Prediction API means.</summary>
/// <param name="stations">All stations.</param>
/// <param name="options">By which names callers know them.</param>
internal sealed class PredictionStations(IReadOnlyList<HttpStation> stations, PredictionApiOptions options)
{
    private const StringComparison Alike = StringComparison.OrdinalIgnoreCase;

    /// <summary>Finds it.</summary>
    /// <param name="project">
    /// The project, by name or by id: the name itself where it is one, else the one made from the name, which every answer says.
    /// </param>
    /// <param name="iteration">The name under which the iteration was published, or the name that the package itself carries.</param>
    /// <param name="kind">What the caller wants: tags of the whole picture, or boxes.</param>
    /// <param name="fault">Why there is none.</param>
    public HttpStation? Find(string project, string iteration, ModelKind kind, out CallFault? fault)
    {
        HttpStation[] ofProject = [.. stations.Where(
            station => ProjectOf(station).Equals(project, Alike) || PredictionResult.IdOf(ProjectOf(station)).Equals(project, Alike))];
        HttpStation? found = ofProject.FirstOrDefault(
            station => IterationOf(station).Equals(iteration, Alike) || iteration.Equals(station.Packages.Running.Iteration, Alike));
        fault = ofProject.Length == 0
            ? new(404, "NotFoundProject", $"There is no project {project} here. There are: {Names(Known, stations)}.")
            : found is null
            ? new(
                404, "NotFoundIteration",
                $"No iteration of {project} is published as {iteration}. There are: {Names(IterationOf, ofProject)}.")
            : found.Packages.Running.Kind != kind ? OtherKind(found)
            : null;
        return fault is null ? found : null;
    }

    private static CallFault OtherKind(HttpStation station)
    {
        bool isDetector = station.Packages.Running.Kind == ModelKind.Detector;
        return new(
            400, "BadRequestNotSupported",
            $"Station {station.Name} runs a {(isDetector ? "detector; call …/detect/…" : "classifier; call …/classify/…")} instead.");
    }

    /// <summary>The project under which callers know a station.</summary>
    public string ProjectOf(HttpStation station) => options.Stations.GetValueOrDefault(station.Name)?.Project ?? station.Name;

    /// <summary>Name and id: many clients take an id alone.</summary>
    private string Known(HttpStation station) => PredictionResult.IdOf(ProjectOf(station)) is var id && id.Equals(ProjectOf(station), Alike)
        ? id
        : $"{ProjectOf(station)} ({id})";

    /// <summary>The iteration under which callers know a station.</summary>
    public string IterationOf(HttpStation station) => options.Stations.GetValueOrDefault(station.Name)?.Iteration ?? station.Name;

    private static string Names(Func<HttpStation, string> name, IEnumerable<HttpStation> of) =>
        string.Join(", ", of.Select(name).Distinct(StringComparer.OrdinalIgnoreCase));
}
