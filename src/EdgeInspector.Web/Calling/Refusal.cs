namespace EdgeInspector.Web.Calling;

/// <summary>Why a call is refused, in the form of Custom Vision's services.</summary>
/// <param name="Code">A word for programs, such as <c>BadRequestImageFormat</c>.</param>
/// <param name="Message">A sentence for people: what is wrong, and how to mend it.</param>
internal sealed record Refusal(string Code, string Message);
