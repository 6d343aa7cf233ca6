namespace EdgeInspector.Web.Calling;

/// <summary>Why a call is refused, as Custom Vision's services say it: <c>{"code","message"}</c>.</summary>
/// <param name="Status">HTTP's status.</param>
/// <param name="Code">One of Custom Vision's codes, such as <c>BadRequestImageFormat</c>; clients switch on it.</param>
/// <param name="Message">What is wrong and how to mend it, for people.</param>
internal sealed record CallFault(int Status, string Code, string Message)
{
    public static CallFault Format(string message) => new(400, "BadRequestImageFormat", message);

    public static CallFault Size(string message) => new(400, "BadRequestImageSizeBytes", message);

    public static CallFault Url(string message) => new(400, "BadRequestImageUrl", message);

    public static CallFault Body(string message) => new(400, "BadRequest", message);

    public static CallFault Busy(string message) => new(429, "ErrorPredictionServiceUnavailable", message);

    public static CallFault Unavailable(string message) => new(503, "ErrorPredictionServiceUnavailable", message);
}
